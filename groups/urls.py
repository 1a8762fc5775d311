from django.urls import path

from groups.views import audit, invitations, joining, members, requests

app_name = "groups"
urlpatterns = [
    path("<int:pk>/join/", joining.join, name="join"),
    path("<int:pk>/asked/", joining.asked, name="asked"),
    path("<int:pk>/withdraw/", joining.withdraw, name="withdraw"),
    path("asked/<str:key>/", joining.own_request, name="own_request"),
    path("<int:pk>/leave/", members.leave, name="leave"),
    path("<int:pk>/hand-over/", members.hand_over, name="hand_over"),
    path("<int:pk>/members/", members.members, name="members"),
    path("<int:pk>/members/<int:membership_pk>/role/", members.change_role, name="change_role"),
    path("<int:pk>/members/<int:membership_pk>/remove/", members.remove, name="remove"),
    path("<int:pk>/requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", requests.request, name="request"),
    path("answer/<str:key>/", requests.answer, name="answer_request"),
    path("<int:pk>/invite/", invitations.invite, name="invite"),
    path("<int:pk>/invite/<int:invitation_pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("<int:pk>/invite/<int:invitation_pk>/again/", invitations.again, name="invite_again"),
    path("invitation/<str:key>/", invitations.invitation, name="invitation"),
    path("<int:pk>/audit/", audit.audit, name="audit"),
    path("<int:pk>/audit.csv", audit.audit_table, name="audit_table"),
    path("audit/", audit.network_audit, name="network_audit"),
    path("audit.csv", audit.network_audit_table, name="network_audit_table"),
]
